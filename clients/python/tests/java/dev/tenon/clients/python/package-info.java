/** Runs the tests of the Python client, and holds the wire contract's pages and files together. */
@NullMarked
package dev.tenon.clients.python;

import org.jspecify.annotations.NullMarked;
