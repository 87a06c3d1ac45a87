/** Schedules of the threads of the runtime, and the broken variants that they must find. */
@NullMarked
package dev.tenon.schedules;

import org.jspecify.annotations.NullMarked;
