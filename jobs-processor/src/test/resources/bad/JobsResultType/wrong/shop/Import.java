package shop;

import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@JobType(value = "shop.import", result = List.class)
record Import(String file) {}
