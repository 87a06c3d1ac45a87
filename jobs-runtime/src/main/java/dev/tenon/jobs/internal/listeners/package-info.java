/** How the other rooms tell the application's listeners what happens. */
@NullMarked
package dev.tenon.jobs.internal.listeners;

import org.jspecify.annotations.NullMarked;
