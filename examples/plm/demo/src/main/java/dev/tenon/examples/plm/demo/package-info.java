/** The whole of the example on one machine, and what stands in for the services of others. */
@NullMarked
package dev.tenon.examples.plm.demo;

import org.jspecify.annotations.NullMarked;
