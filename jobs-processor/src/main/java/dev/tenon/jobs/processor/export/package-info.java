/**
 * The documents for people and programs that do not compile against the Java code, made from the
 * model: JSON Schemas, AsyncAPI, metadata for native images. Nothing here reports faults.
 */
@NullMarked
package dev.tenon.jobs.processor.export;

import org.jspecify.annotations.NullMarked;
