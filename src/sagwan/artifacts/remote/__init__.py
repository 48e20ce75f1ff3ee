"""File systems at the other end of a connection: FTP, SFTP, HDFS, WebHDFS."""
