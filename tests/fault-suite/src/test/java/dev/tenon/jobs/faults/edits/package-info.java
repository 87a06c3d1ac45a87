/**
 * Compiles a durable handler, edits it, compiles it again with the schema lock of the first
 * version, and runs jobs that one version has begun with the other one.
 */
package dev.tenon.jobs.faults.edits;
