/**
 * What was read from the sources: immutable values, valid for the round in which they were read.
 */
@NullMarked
package dev.tenon.jobs.processor.model;

import org.jspecify.annotations.NullMarked;
