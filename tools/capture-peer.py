#!/usr/bin/env python3
"""Converts a camera's picture to BGR as people do it with OpenCV in Python. One thread.

Reads lines and answers each with one:
    picture yuyv|nv12|grey|mjpeg WIDTH HEIGHT FILE   the bytes of one picture   -> ready
    turn                                             convert it                 -> {"wall_ns", "cpu_ns"}
"""

import json
import sys
import time

import cv2
import numpy

cv2.setNumThreads(1)

SHAPES = {"yuyv": lambda w, h: (h, w, 2), "nv12": lambda w, h: (h * 3 // 2, w), "grey": lambda w, h: (h, w)}
CODES = {"yuyv": cv2.COLOR_YUV2BGR_YUYV, "nv12": cv2.COLOR_YUV2BGR_NV12, "grey": cv2.COLOR_GRAY2BGR}


def converter(kind, width, height, file):
    picture = numpy.fromfile(file, dtype=numpy.uint8)
    if kind == "mjpeg":
        return lambda: cv2.imdecode(picture, cv2.IMREAD_COLOR)
    picture = picture.reshape(SHAPES[kind](width, height))
    return lambda: cv2.cvtColor(picture, CODES[kind])


def main():
    convert = None
    print("ready", flush=True)
    for line in sys.stdin:
        order = line.split(maxsplit=4)
        if order[0] == "picture":
            convert = converter(order[1], int(order[2]), int(order[3]), order[4].strip())
            print("ready", flush=True)
        elif order[0] == "turn":
            wall, cpu = time.perf_counter_ns(), time.thread_time_ns()
            convert()
            cpu, wall = time.thread_time_ns() - cpu, time.perf_counter_ns() - wall
            print(json.dumps({"wall_ns": wall, "cpu_ns": cpu}), flush=True)


main()
