/** One answer to "when does a worker look next, and at what", and what tells it so sooner. */
@NullMarked
package dev.tenon.jobs.internal.signal;

import org.jspecify.annotations.NullMarked;
