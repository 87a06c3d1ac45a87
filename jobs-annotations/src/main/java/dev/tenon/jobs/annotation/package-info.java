/** The annotations with which jobs are declared; they carry no behaviour and need no runtime. */
@NullMarked
package dev.tenon.jobs.annotation;

import org.jspecify.annotations.NullMarked;
