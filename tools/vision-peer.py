#!/usr/bin/env python3
"""A frame loop as people write it: find the faces, embed the largest, on every frame. One thread.

    tools/vision-peer.py opencv MODELS | face_recognition

Reads lines and answers each with one:
    frames WIDTH HEIGHT COUNT FILE   raw 8-bit BGR frames, one after the other   -> ready
    turn NUMBER                      work on that frame                          -> {"wall_ns", "cpu_ns", "faces"}
"""

import json
import os
import sys
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"

import numpy


def opencv_loop(models):
    import cv2

    cv2.setNumThreads(1)
    detector = cv2.FaceDetectorYN.create(
        os.path.join(models, "face_detection_yunet_2023mar.onnx"), "", (320, 320), 0.7, 0.3, 5000)
    recognizer = cv2.FaceRecognizerSF.create(
        os.path.join(models, "face_recognition_sface_2021dec.onnx"), "")

    def work(frame):
        detector.setInputSize((frame.shape[1], frame.shape[0]))
        faces = detector.detect(frame)[1]
        if faces is None:
            return 0
        largest = max(faces, key=lambda face: face[2] * face[3])
        recognizer.feature(recognizer.alignCrop(frame, largest))
        return len(faces)

    return work


def face_recognition_loop():
    import face_recognition

    def work(frame):
        picture = numpy.ascontiguousarray(frame[:, :, ::-1])
        places = face_recognition.face_locations(picture)
        if not places:
            return 0
        largest = max(places, key=lambda place: place[2] - place[0])
        face_recognition.face_encodings(picture, [largest])
        return len(places)

    return work


def main():
    work = opencv_loop(sys.argv[2]) if sys.argv[1] == "opencv" else face_recognition_loop()
    frames = None
    print("ready", flush=True)
    for line in sys.stdin:
        order = line.split(maxsplit=4)
        if order[0] == "frames":
            width, height, count = map(int, order[1:4])
            frames = numpy.fromfile(order[4].strip(), dtype=numpy.uint8).reshape(count, height, width, 3)
            work(frames[0])
            print("ready", flush=True)
        elif order[0] == "turn":
            frame = frames[int(order[1])]
            wall, cpu = time.perf_counter_ns(), time.process_time_ns()
            faces = work(frame)
            cpu, wall = time.process_time_ns() - cpu, time.perf_counter_ns() - wall
            print(json.dumps({"wall_ns": wall, "cpu_ns": cpu, "faces": faces}), flush=True)


main()
