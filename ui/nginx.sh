#!/bin/sh
# Starts nginx with the name server of /etc/resolv.conf: Docker's is 127.0.0.11, Podman's the gateway of the network.
set -eu

# The first one only: nginx would query all of them in turn, and the others need not know the application. With an interface (%), nginx
# rejects an address. Queried every two seconds to discover new and replaced instances. IPv4 answers only: the application trusts this
# proxy by its IPv4 address.
awk '
  $1 == "nameserver" && $2 !~ /%/ {
    print "resolver " ($2 ~ /:/ ? "[" $2 "]" : $2) " valid=2s ipv6=off;"
    found = 1
    exit
  }
  END {
    if (!found) {
      print "No name server in " FILENAME "; nginx cannot find the application" > "/dev/stderr"
      exit 1
    }
  }' "${RESOLV_CONF:-/etc/resolv.conf}" > /tmp/resolver.conf

exec nginx -e stderr -g 'daemon off;'
