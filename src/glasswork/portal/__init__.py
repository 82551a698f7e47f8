"""What the service answers over HTTP: the ingest API."""
