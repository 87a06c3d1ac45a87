/** The systems that are measured, one class for each. */
@NullMarked
package dev.tenon.benchmarks.systems;

import org.jspecify.annotations.NullMarked;
