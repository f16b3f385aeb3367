"""What the processes ask of the metadata database. One `Store` a process; its methods are synchronous and thread-safe.

Every method raises `MetadataUnavailable` when the database does not answer, and nothing else of SQLAlchemy's.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from metadata.keys import hashed, new_key
from metadata.models import ApiKey, Organisation, PropertyName, SignIn, now
from settings import Settings

SIGN_IN_LINK_LIFETIME = timedelta(hours=24)
SESSION_LIFETIME = timedelta(days=30)
FIRST_ORGANISATION = UUID("00000000-0000-4000-8000-000000000001")


class MetadataUnavailable(Exception):
    """The metadata database cannot be reached or does not work now."""


class Store:
    """The metadata database. Organisations, keys, sign-ins and property spellings."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    def close(self) -> None:
        self._engine.dispose()

    def organisation_of_key(self, key_hash: str) -> UUID | None:
        """The organisation whose unrevoked key has this hash, or None."""
        with self.session() as session:
            query = select(ApiKey.organisation_id).where(ApiKey.key_hash == key_hash, ApiKey.revoked_at.is_(None))
            return session.scalar(query)

    def key_name(self, key_hash: str) -> str:
        """The name of the key that has this hash, "" if there is none."""
        with self.session() as session:
            return session.scalar(select(ApiKey.name).where(ApiKey.key_hash == key_hash)) or ""

    def organisations(self) -> list[Organisation]:
        with self.session() as session:
            return list(session.scalars(select(Organisation).order_by(Organisation.created_at)))

    def create_organisation(self, name: str) -> Organisation:
        with self.session() as session:
            session.add(organisation := Organisation(name=name))
            session.commit()
            return organisation

    def first_organisation(self) -> Organisation:
        """The oldest organisation. Where there is none one is made, whose fixed id keeps it one if several try."""
        if there := self.organisations():
            return there[0]
        with self.session() as session, contextlib.suppress(IntegrityError):
            session.add(Organisation(id=FIRST_ORGANISATION, name="Default"))
            session.commit()
        return self.organisations()[0]

    def ensure_key(self, organisation_id: UUID, name: str, key: str) -> None:
        """Make `key` a key, unless it is or ever was one: a revoked key stays revoked."""
        with self.session() as session:
            if session.scalar(select(ApiKey.id).where(ApiKey.key_hash == hashed(key))) is None:
                # Another process may be quicker.
                with contextlib.suppress(IntegrityError):
                    session.add(_api_key(organisation_id, name, key))
                    session.commit()

    def create_key(self, organisation_id: UUID, name: str, key: str = "") -> str:
        """Make a key (or take `key`) and return it: the only time it can be seen."""
        key = key or new_key()
        with self.session() as session:
            session.add(_api_key(organisation_id, name, key))
            session.commit()
        return key

    def keys(self, organisation_id: UUID) -> list[ApiKey]:
        """The organisation's keys, the newest first, revoked ones too."""
        query = select(ApiKey).where(ApiKey.organisation_id == organisation_id).order_by(ApiKey.created_at.desc())
        with self.session() as session:
            return list(session.scalars(query))

    def rename_key(self, organisation_id: UUID, key_id: UUID, name: str) -> None:
        """Nothing happens where the organisation has no such key."""
        self._change_key(organisation_id, key_id, name=name)

    def revoke_key(self, organisation_id: UUID, key_id: UUID) -> None:
        """No request is taken with it any more, once the gateways have looked again; it cannot be undone."""
        self._change_key(organisation_id, key_id, revoked_at=now())

    def rename_organisation(self, organisation_id: UUID, name: str) -> None:
        with self.session() as session:
            session.execute(update(Organisation).where(Organisation.id == organisation_id).values(name=name))
            session.commit()

    def create_sign_in(self, organisation_id: UUID) -> str:
        """The token of a link that signs one browser in once, within a day."""
        token = secrets.token_urlsafe(32)
        with self.session() as session:
            expires_at = now() + SIGN_IN_LINK_LIFETIME
            session.add(SignIn(organisation_id=organisation_id, token_hash=hashed(token), expires_at=expires_at))
            session.commit()
        return token

    def open_session(self, token: str) -> str | None:
        """Use a sign-in token up. The new session's secret (good for 30 days), or None if the token is not good."""
        secret = secrets.token_urlsafe(32)
        with self.session() as session:
            used = session.scalar(
                update(SignIn)
                .where(SignIn.token_hash == hashed(token), SignIn.session_hash.is_(None), SignIn.expires_at > now())
                .values(session_hash=hashed(secret), expires_at=now() + SESSION_LIFETIME)
                .returning(SignIn.id)
            )
            session.commit()
        return secret if used else None

    def organisation_of_session(self, secret: str) -> Organisation | None:
        """The organisation that a session may see, or None when it is over or was never opened."""
        with self.session() as session:
            query = select(Organisation).join(SignIn, SignIn.organisation_id == Organisation.id)
            return session.scalar(query.where(SignIn.session_hash == hashed(secret), SignIn.expires_at > now()))

    def close_session(self, secret: str) -> None:
        with self.session() as session:
            session.execute(update(SignIn).where(SignIn.session_hash == hashed(secret)).values(expires_at=now()))
            session.commit()

    def property_names(self, organisation_id: UUID) -> dict[str, str]:
        """Every property spelling of the organisation: case-folded name -> the spelling that is kept."""
        with self.session() as session:
            query = select(PropertyName.folded, PropertyName.name).where(
                PropertyName.organisation_id == organisation_id
            )
            return dict(session.execute(query).all())

    def keep_property_names(self, organisation_id: UUID, names: Iterable[str]) -> dict[str, str]:
        """Keep the spelling of names not seen before; returns all spellings as `property_names` does.

        A name that the database cannot hold is returned as it is: asking again would never do better.
        """
        refused: dict[str, str] = {}
        for name in names:
            with self.session() as session, contextlib.suppress(IntegrityError):
                session.add(PropertyName(organisation_id=organisation_id, folded=name.casefold(), name=name))
                try:
                    session.commit()
                except DataError:
                    refused.setdefault(name.casefold(), name)
        return refused | self.property_names(organisation_id)

    def _change_key(self, organisation_id: UUID, key_id: UUID, **values: object) -> None:
        mine = (ApiKey.id == key_id, ApiKey.organisation_id == organisation_id, ApiKey.revoked_at.is_(None))
        with self.session() as session:
            session.execute(update(ApiKey).where(*mine).values(**values))
            session.commit()

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """A session that raises `MetadataUnavailable` for SQLAlchemy's errors; for the modules of other subjects."""
        try:
            with self._sessions() as session:
                yield session
        except SQLAlchemyError as error:
            raise MetadataUnavailable(f"the metadata database does not answer: {type(error).__name__}") from error


def _api_key(organisation_id: UUID, name: str, key: str) -> ApiKey:
    return ApiKey(organisation_id=organisation_id, name=name, key_hash=hashed(key), hint=key[-4:])


def connect(settings: Settings) -> Store:
    """A store on the database that the settings name. Opens no connection yet."""
    engine = create_engine(settings.metadata_url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return Store(engine)


def migrate(settings: Settings) -> None:
    """Bring the database to the present schema; every start does it. Raises `MetadataUnavailable`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = settings.metadata_url
    try:
        command.upgrade(config, "head")
    except SQLAlchemyError as error:
        raise MetadataUnavailable(f"the metadata database cannot be migrated: {error}") from error


def bootstrap(store: Store, settings: Settings) -> tuple[Organisation, str]:
    """The first organisation and its first key, made at the first start.

    The key is kept readable by its owner in the data directory, so that later starts can print it again. Several
    processes may do this at once.
    """
    organisation = store.first_organisation()
    key = settings.bootstrap_api_key or settings.secret("first_api_key", new_key)
    store.ensure_key(organisation.id, "First key", key)
    return organisation, key


def _prepare_sqlite(connection: object, _: object) -> None:
    # Several processes share the file: readers must not block the writer, and a writer waits its turn.
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
