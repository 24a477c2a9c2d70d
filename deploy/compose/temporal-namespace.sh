#!/bin/sh
# Makes the namespace, with what Flotilla needs of it; may be run again. TEMPORAL_ADDRESS and
# TEMPORAL_NAMESPACE, which the Temporal CLI reads, say where.
set -eu

tries=0
until temporal operator cluster health >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || { echo "no answer from Temporal at $TEMPORAL_ADDRESS" >&2; exit 1; }
  sleep 1
done

# Closed workflows are what keeps a run from being started twice.
set -- --namespace "$TEMPORAL_NAMESPACE" --retention 7d
if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update "$@" >/dev/null
else
  temporal operator namespace create "$@"
fi

# One that was just made is known to all of Temporal a few seconds later.
tries=0
until temporal operator search-attribute list >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || { echo "no search attributes in $TEMPORAL_NAMESPACE" >&2; exit 1; }
  sleep 1
done
for name in Status Owner Alias Cluster Engine; do
  temporal operator search-attribute create --name "Flotilla$name" --type Keyword
done
echo "namespace $TEMPORAL_NAMESPACE is ready"
