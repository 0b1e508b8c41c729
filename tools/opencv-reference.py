"""What opencv-python finds in pictures: the reference our own detection and embedding must agree with.

usage: opencv-reference.py MODELS LONG_SIDE PICTURE...   prints one JSON object, picture name to faces
"""
import json
import os
import sys

import cv2

models, long_side, pictures = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
recognizer = cv2.FaceRecognizerSF.create(os.path.join(models, "face_recognition_sface_2021dec.onnx"), "")
answer = {}
for picture in pictures:
    image = cv2.imread(picture)
    height, width = image.shape[:2]
    scale = long_side / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    detector = cv2.FaceDetectorYN.create(
        os.path.join(models, "face_detection_yunet_2023mar.onnx"), "", size, 0.7, 0.3)
    _, faces = detector.detect(small)
    answer[os.path.basename(picture)] = []
    for face in faces if faces is not None else []:
        face[0:14:2] *= width / size[0]
        face[1:14:2] *= height / size[1]
        feature = recognizer.feature(recognizer.alignCrop(image, face))[0]
        answer[os.path.basename(picture)].append(
            {"box": face[:4].tolist(), "points": face[4:14].tolist(), "score": float(face[14]),
             "feature": feature.tolist()})
json.dump(answer, sys.stdout)
