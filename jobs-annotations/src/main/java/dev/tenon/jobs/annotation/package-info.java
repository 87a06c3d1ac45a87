/** The annotations that declare jobs; they have no behavior and need no runtime. */
@NullMarked
package dev.tenon.jobs.annotation;

import org.jspecify.annotations.NullMarked;
