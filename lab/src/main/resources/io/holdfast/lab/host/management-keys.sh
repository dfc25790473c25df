#!/bin/bash
# management-keys.sh FOLDER NAME=ADDRESS…: keys of a pair in FOLDER: the cluster's authority and the key that seals passwords, the same on both nodes,
# and a certificate for each node's supervisor. What `ha enable` does on real nodes, for a pair that begins as one.
set -e
umask 077
mkdir -p "$1"
cd "$1"
shift
openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out ca.key
openssl req -x509 -new -key ca.key -sha256 -days 30 -subj '/CN=Holdfast lab' -out ca.pem \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
openssl rand -base64 32 | tr -d '\n' >secrets.key
for node in "$@"; do
  name=${node%%=*} address=${node#*=}
  openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$name.key"
  openssl req -new -key "$name.key" -subj "/CN=$name" -out "$name.request"
  openssl x509 -req -in "$name.request" -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 -days 30 -out "$name.pem" -extfile <(
    printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n'
    printf 'subjectAltName=DNS:supervisor.holdfast,IP:%s\n' "$address"
  ) 2>/dev/null
done
