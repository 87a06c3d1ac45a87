#!/bin/sh
# Patroni calls this once, on the first primary, with the connection string of a superuser.
set -eu
psql --quiet --set=ON_ERROR_STOP=1 --set=password="$SHOP_DB_PASSWORD" "$1" << 'SQL'
CREATE ROLE shop LOGIN PASSWORD :'password';
CREATE DATABASE shop OWNER shop;
SQL
