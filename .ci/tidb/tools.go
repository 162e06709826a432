//go:build tools

package main

import _ "github.com/pingcap/tidb/tidb-server"
