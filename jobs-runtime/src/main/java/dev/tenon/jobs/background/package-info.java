/** The one kind of background thread that the runtime has, and how its failures are logged. */
@NullMarked
package dev.tenon.jobs.background;

import org.jspecify.annotations.NullMarked;
