"""What a provider's answer says of itself: ids, models, errors and the tokens used; one module a wire format."""

from ingest.usage.normal import Usage
from ingest.usage.reading import Reading, read

__all__ = ["Reading", "Usage", "read"]
