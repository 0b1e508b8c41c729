#!/usr/bin/env python3
"""Searches with FAISS and numpy beside canteen-bench, which speaks to it in lines.

    probes FILE        read probes of 128 little-endian floats              -> ready
    rows COUNT FILE    read the first COUNT rows of such a file             -> ready
    turn PROBE         search for one probe; the first search is not timed  -> {"faiss_ns": [...], "numpy_ns": [...], "best_row": N}

One thread. Times are of the monotonic clock, as canteen-bench's own are.
"""
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import json
import sys
import time

import faiss
import numpy

DIMENSION = 128
SEARCHES_A_TURN = 3

faiss.omp_set_num_threads(1)


def read(path, rows=-1):
    return numpy.fromfile(path, dtype="<f4", count=rows if rows < 0 else rows * DIMENSION).reshape(-1, DIMENSION)


def timed(search):
    search()
    times = []
    for _ in range(SEARCHES_A_TURN):
        start = time.perf_counter_ns()
        found = search()
        times.append(time.perf_counter_ns() - start)
    return times, found


def with_numpy(matrix, probe):
    scores = matrix @ probe
    return numpy.argpartition(scores, -2)[-2:]


def say(text):
    print(text, flush=True)


def main():
    say("ready")
    probes = matrix = index = None
    for line in sys.stdin:
        order, _, rest = line.strip().partition(" ")
        if order == "probes":
            probes = read(rest)
            say("ready")
        elif order == "rows":
            # Frees the old rows before the new ones are read.
            matrix = index = None
            count, _, path = rest.partition(" ")
            matrix = read(path, int(count))
            index = faiss.IndexFlatIP(DIMENSION)
            index.add(matrix)
            say("ready")
        elif order == "turn":
            probe = probes[int(rest)]
            query = probe.reshape(1, DIMENSION)
            faiss_ns, (_, rows) = timed(lambda: index.search(query, 2))
            numpy_ns, _ = timed(lambda: with_numpy(matrix, probe))
            say(json.dumps({"faiss_ns": faiss_ns, "numpy_ns": numpy_ns, "best_row": int(rows[0][0])}))
        else:
            sys.exit(f"search-peer.py: no such order: {line.strip()}")


main()
