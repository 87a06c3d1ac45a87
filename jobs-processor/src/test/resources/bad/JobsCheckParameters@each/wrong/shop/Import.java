package shop;

import dev.tenon.jobs.annotation.JobType;
import java.util.List;
import java.util.OptionalLong;

@JobType("shop.import")
record Import(@Even int a, @Even OptionalLong b, List<@Even String> c, @Even Integer d, @Even byte e, @Even short[] f) {}
