package shop;

import dev.tenon.jobs.annotation.JobType;
import java.io.Serializable;

@JobType(value = "shop.import", external = true)
record Import(Serializable file, Comparable<String> order, Object any) {}
