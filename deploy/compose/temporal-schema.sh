#!/bin/sh
# Makes Temporal's databases and brings their schema up to date; may be run again. Its tool and files are
# those of temporalio/admin-tools. SQL_HOST and SQL_USER say where; the tool reads SQL_PASSWORD itself.
set -eu

for database in temporal temporal_visibility; do
  schema=/etc/temporal/schema/postgresql/v12/${database#temporal_}/versioned
  tool() {
    temporal-sql-tool --plugin postgres12 --ep "$SQL_HOST" -p 5432 -u "$SQL_USER" --db "$database" "$@"
  }
  tool create
  tool setup-schema -v 0.0
  tool update-schema -d "$schema"
done
