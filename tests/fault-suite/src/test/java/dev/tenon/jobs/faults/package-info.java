/**
 * Breaks every part of a running system, counts jobs in and outcomes out, and fails on a lost,
 * stuck or doubly committed job. {@code docs/guarantees.md} says which test proves which promise.
 */
package dev.tenon.jobs.faults;
