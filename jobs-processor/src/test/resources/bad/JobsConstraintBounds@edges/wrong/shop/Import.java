package shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;

@JobType("shop.import")
record Import(
    @Size(max = 0) String none,
    @Size(min = 3, max = 3) @Size(max = 2) String b,
    @Size(min = 4) @Size(min = 2, max = 2) String c,
    @Size(min = 3) @Size(max = 3) String three,
    @Digits(integer = 0, fraction = 0) int zero,
    @Digits(integer = 1, fraction = -1) int f,
    @Size(min = 5, max = 4) @Size(max = 3) String g,
    @Size(min = 4) @Size(min = 3, max = 2) String h,
    @Min(3) @Max(3) int exactly,
    @DecimalMin("1") @DecimalMax(value = "1", inclusive = false) double j,
    @DecimalMin(value = "1", inclusive = false) @DecimalMax(value = "1") double k,
    @Max(-129) byte l,
    @Min(127) byte most,
    @Max(-128) byte least,
    @Max(5) @Max(3) int two,
    @Min(5) @Min(3) int lower,
    @Max(3) @Min(4) int swapped,
    @Size(max = -2) String p) {}
