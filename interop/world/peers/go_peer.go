// go_peer server CERT KEY TLS | client PORT TLS: crypto/tls, Conn.Close.
package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"strings"
)

var body = []byte(strings.Repeat("x", 1000000) + "the end\n")
var big = []byte(strings.Repeat("x", 8000000) + "the end\n")

func converse(c *tls.Conn, client bool) string {
	if client {
		c.Write([]byte("hello, the end\n"))
	}
	text, piece := "", make([]byte, 4096)
	for {
		n, err := c.Read(piece)
		text += string(piece[:n])
		switch {
		case !client && text == "keep\n":
			c.Write([]byte("hello, the end\n"))
			text = ""
		case !client && text == "close\n":
			if _, err := c.Write(body); err != nil {
				return "error: " + err.Error()
			}
			return "closing"
		case text == "big\n":
			if _, err := c.Write(big); err != nil {
				return "error: " + err.Error()
			}
			return "closing"
		case text == "bye\n":
			return "closing"
		case err != nil && err.Error() == "EOF":
			if text == "half\n" || text == "more\n" {
				if _, err := c.Write(body); err != nil {
					return "error: " + err.Error()
				}
			}
			return fmt.Sprintf("end after %d bytes", len(text))
		case err != nil:
			return "error: " + err.Error()
		}
	}
}

func main() {
	version := uint16(tls.VersionTLS12)
	if os.Args[len(os.Args)-1] == "1.3" {
		version = tls.VersionTLS13
	}
	config := &tls.Config{MinVersion: version, MaxVersion: version, InsecureSkipVerify: true}
	var c *tls.Conn
	if os.Args[1] == "server" {
		pair, err := tls.LoadX509KeyPair(os.Args[2], os.Args[3])
		if err != nil {
			panic(err)
		}
		config.Certificates = []tls.Certificate{pair}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		fmt.Println("port", listener.Addr().(*net.TCPAddr).Port)
		raw, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		c = tls.Server(raw, config)
	} else {
		var err error
		if c, err = tls.Dial("tcp", "127.0.0.1:"+os.Args[2], config); err != nil {
			panic(err)
		}
	}
	said := converse(c, os.Args[1] == "client")
	fmt.Println(said)
	if err := c.Close(); err != nil {
		fmt.Println("close error:", err)
	}
	if strings.HasPrefix(said, "error") {
		os.Exit(1)
	}
}
