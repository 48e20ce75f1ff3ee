"""Object stores: S3, Azure Blob Storage and Google Cloud Storage, through obstore.

obstore hangs in a process that was forked after its first use, so nothing that forks may import
this package: the server's workers are fresh processes, and clients go through the server.
"""
