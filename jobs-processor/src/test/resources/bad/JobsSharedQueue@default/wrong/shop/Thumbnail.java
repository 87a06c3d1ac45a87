package shop;

import dev.tenon.jobs.annotation.JobType;

@JobType(value = "shop.thumbnail", external = true)
record Thumbnail(String file) {}
