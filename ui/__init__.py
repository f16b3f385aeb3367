"""What the dashboard's pages share: sign-in, the view in the URL, cached reads, charts, tables, formatting."""
