"""The gateway: forwards requests to providers unchanged and leaves one record of each exchange in the spool."""
