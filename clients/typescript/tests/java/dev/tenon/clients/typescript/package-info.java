/** Runs the tests of the TypeScript client. */
@NullMarked
package dev.tenon.clients.typescript;

import org.jspecify.annotations.NullMarked;
