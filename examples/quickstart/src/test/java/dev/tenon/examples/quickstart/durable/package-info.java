/** The handlers that the page on durable handlers shows. */
@NullMarked
package dev.tenon.examples.quickstart.durable;

import org.jspecify.annotations.NullMarked;
