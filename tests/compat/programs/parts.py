"""A file that the client sends in parts through the proxy, and gets from wherever it is told."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import mlflow
from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository

SIZE = 12 * 1024 * 1024 + 3


def main() -> None:
    hosts: Counter[str] = Counter()
    signed: list[str] = []
    upload, download = (
        HttpArtifactRepository._upload_part,
        HttpArtifactRepository._multipart_download,
    )

    def counted_upload(credential: Any, *args: Any, **kwargs: Any) -> Any:
        hosts[urlsplit(credential.url).netloc] += 1
        return upload(credential, *args, **kwargs)

    def counted_download(self: Any, presigned_response: Any, *args: Any, **kwargs: Any) -> Any:
        signed.append(urlsplit(presigned_response.url).netloc)
        return download(self, presigned_response, *args, **kwargs)

    HttpArtifactRepository._upload_part = staticmethod(counted_upload)
    HttpArtifactRepository._multipart_download = counted_download
    file = Path("größe 100%+.bin")
    file.write_bytes(hashlib.shake_256(b"parts").digest(SIZE))
    with mlflow.start_run() as run:
        mlflow.log_artifact(str(file), "a folder")
    path = f"a folder/{file.name}"
    back = Path(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, dst_path="back"))
    (listed,) = mlflow.artifacts.list_artifacts(run_id=run.info.run_id, artifact_path="a folder")
    print(
        json.dumps(
            {
                "same": (back / path).read_bytes() == file.read_bytes(),
                "size": listed.file_size,
                "parts": hosts,
                "downloads": signed,
            }
        )
    )


if __name__ == "__main__":
    main()
