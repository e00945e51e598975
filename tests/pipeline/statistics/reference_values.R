# What R gives for public data sets and printed examples; its figures stand in test_reference_values.py.
# R isn't needed to run the tests. Rscript reference_values.R, with R 4.2.2, MASS 7.3-58.2, lme4 1.1-31, psych 2.2.9,
# coin 1.4-2, survey 4.1-1.
suppressMessages({library(MASS); library(lme4); library(psych); library(coin); library(survey)})
say <- function(name, figures) cat(name, ":", format(as.numeric(figures), digits = 12), "\n")
paired <- function(name, after, before) {
  t <- t.test(after, before, paired = TRUE)
  # Rounded, as float noise would split ties (shoes: p 0.01430588 without).
  w <- suppressWarnings(wilcox.test(round(after - before, 10)))
  say(name, c(t$estimate, t$conf.int, t$statistic, t$parameter, t$p.value, w$statistic, w$p.value,
              binom.test(sum(after > before), sum(after != before))$p.value))
}
model <- function(name, m) say(name, c(as.data.frame(VarCorr(m))$vcov, fixef(m), sqrt(diag(as.matrix(vcov(m)))), REMLcrit(m)))
close <- lmerControl(optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-12))

paired("sleep", sleep$extra[sleep$group == 2], sleep$extra[sleep$group == 1])
family <- subset(anorexia, Treat == "FT")
paired("anorexia, family therapy", family$Postwt, family$Prewt)
paired("immer", immer$Y2, immer$Y1)
paired("shoes", shoes$B, shoes$A)

gain <- anorexia$Postwt - anorexia$Prewt
t <- t.test(gain[anorexia$Treat == "FT"], gain[anorexia$Treat == "Cont"])
say("anorexia, Welch", c(t$conf.int, t$statistic, t$parameter, t$p.value))
line <- lm(Postwt ~ Prewt, family)
say("anorexia, line at 90", predict(line, data.frame(Prewt = 90), interval = "confidence") - 90)
t <- t.test(family$Prewt, mu = 85)
say("anorexia, before against 85", c(t$conf.int - 85, t$statistic, t$p.value))

model("Dyestuff", lmer(Yield ~ 1 + (1 | Batch), Dyestuff, control = close))
model("Pastes", lmer(strength ~ 1 + (1 | batch) + (1 | sample), Pastes, control = close))
cake$dough <- interaction(cake$recipe, cake$replicate)
cake$wave <- factor(as.character(cake$temperature))
model("cake", lmer(angle ~ wave + (1 | recipe) + (1 | dough), cake, control = close))
holes <- subset(cake, !(as.integer(as.character(replicate)) %% 3 == 0 & wave == "225"))
model("cake with holes", lmer(angle ~ wave + (1 | recipe) + (1 | dough), holes, control = close))

a <- suppressWarnings(alpha(attitude))
say("attitude, alpha and Feldt", unlist(a$feldt)[c(2, 1, 3)])
f <- factanal(attitude, 1)
s <- sqrt(diag(var(attitude))); l <- f$loadings[, 1] * s; u <- f$uniquenesses * s^2
say("attitude, omega", sum(l)^2 / (sum(l)^2 + sum(u)))
say("attitude, item-rest", sapply(1:7, function(j) cor(attitude[, j], rowSums(attitude[, -j]))))
ratings <- matrix(c(9,2,5,8, 6,1,3,2, 8,4,6,8, 7,1,2,6, 10,5,6,9, 6,2,4,7), ncol = 4, byrow = TRUE)
i <- ICC(ratings[, c(1, 4)], lmer = FALSE)$results
say("Shrout and Fleiss, judges 1 and 4", i[2, c("ICC", "lower bound", "upper bound")])

vision <- matrix(c(1520,266,124,66, 234,1512,432,78, 117,362,1772,205, 36,82,179,492), 4, byrow = TRUE)
b <- mcnemar.test(vision); m <- mh_test(as.table(vision))
say("vision, Bowker and Stuart-Maxwell", c(b$statistic, b$p.value, statistic(m), pvalue(m)))
goals <- data.frame(person = 1:8, y = c(1, 2, .5, 3, 0, 1.5, 2, 1), x = c(2, 3, 2, 3, 1, 2, 4, 1))
r <- svyratio(~y, ~x, svydesign(~person, data = goals, weights = ~1))
say("goals, svyratio", c(coef(r), vcov(r), confint(r, df = 7)))
p <- c(.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1)
say("Benjamini and Hochberg 1995, Holm", p.adjust(p, "holm"))
say("Benjamini and Hochberg 1995, BH", p.adjust(p, "BH"))
say("Wilson 81 of 263", prop.test(81, 263, correct = FALSE)$conf.int)
say("McNemar 4 and 14", binom.test(4, 18)$p.value)
say("power.t.test of sleep", power.t.test(n = 10, sd = sd(diff(matrix(sleep$extra, 10)[, 1:2] |> t())), type = "paired", power = .8, strict = TRUE)$delta)
