/** The demo: runs the example's jobs before your eyes, on real servers, and checks how they end. */
@NullMarked
package dev.tenon.examples.quickstart.demo;

import org.jspecify.annotations.NullMarked;
