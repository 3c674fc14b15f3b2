# Everything for `rnnspec check` of layers: the frameworks, but TensorFlow, and a C compiler for candidates that are programs.
#     docker build -t rnnspec .
#     docker run --rm --network none -v "$PWD:/work" rnnspec check ./mine.py
FROM python:3.12-slim-trixie

# the distribution's release is pinned, its compilers may be mended
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --no-install-recommends -y gcc libc6-dev libjansson-dev \
    && rm -rf /var/lib/apt/lists/*

COPY . /src
RUN pip install --no-cache-dir -c /src/.ci/lock.txt "/src[torch,jax,onnx,hunt,formats,plot]" dm-haiku equinox tinygrad keras \
    && rm -rf /src \
    && useradd --create-home --uid 1000 checker

# no candidate is given more than it needs
USER 1000
WORKDIR /work
ENTRYPOINT ["rnnspec"]
CMD ["--help"]
