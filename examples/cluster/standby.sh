#!/bin/bash
# A standby that follows the primary: copied from it the first time, then started as a server that only reads.
# After a failover (`pg_ctl promote` here), begin the lost primary anew as a standby of this one before it runs again.
set -eu
export PGDATA=/var/lib/postgresql/data
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  export PGPASSWORD="$REPLICATION_PASSWORD"
  until pg_basebackup -h primary -U replicator -D "$PGDATA" -S standby -X stream -c fast -R \
    -d "application_name=standby"; do
    rm -rf "$PGDATA"
    sleep 2
  done
  chmod 700 "$PGDATA"
fi
exec postgres -c max_connections=300 -c hot_standby_feedback=on -c cluster_name=standby
