package dev.tenon.jobs.internal.flow;

/** Stands in for the class of this name: no type has limits, so nobody asks it anything. */
public final class LimitedClaimStore {}
