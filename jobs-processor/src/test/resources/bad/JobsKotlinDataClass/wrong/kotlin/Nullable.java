package kotlin;

public @interface Nullable {}
