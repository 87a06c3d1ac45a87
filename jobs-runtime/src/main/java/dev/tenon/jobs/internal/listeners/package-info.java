/** The calls from the other rooms to the application's listeners. */
@NullMarked
package dev.tenon.jobs.internal.listeners;

import org.jspecify.annotations.NullMarked;
