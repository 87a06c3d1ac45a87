package shop;

import dev.tenon.jobs.annotation.JobType;
import lib.OfHidden;
import lib.OfHiddenClass;
import lib.Open;
import lib.WithHidden;
import lib.WithHiddenClass;

@JobType("shop.import")
record Import(
    @OfHidden String a,
    @OfHiddenClass String b,
    @WithHidden String c,
    @WithHiddenClass String d,
    @Open.Within String e,
    @Open.Short(max = 2) String f) {}
