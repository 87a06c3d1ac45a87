/**
 * The model that is read from the sources: immutable values, valid for the round that they were
 * read in.
 */
@NullMarked
package dev.tenon.jobs.processor.model;

import org.jspecify.annotations.NullMarked;
