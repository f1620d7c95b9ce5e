//! Where global front doors send requests once something is lost: CloudFront, Global Accelerator,
//! Multi-Region Access Points.

use super::Lost;
use super::names::{Answer, Term};
use super::time::Span;
use crate::estate::doors::LEADING;
use crate::inventory::Kind;
use crate::inventory::kinds::cloudfront::{CacheBehavior, Distribution, Origin};
use crate::inventory::kinds::globalaccelerator::{Accelerator, EndpointGroup};
use crate::inventory::kinds::s3::MultiRegionAccessPoint;

/// Methods that CloudFront asks a secondary origin with.
const FAILING_OVER: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

impl Lost<'_, '_> {
    pub(super) fn door(&self, at: u32, depth: usize) -> Answer {
        let door = self.estate.resource(at);
        if let Some(it) = door.of::<Distribution>() {
            let unread = LEADING.iter().filter_map(|name| door.unread(name));
            let mut answer = Answer {
                open: unread.cloned().collect(),
                ..Answer::default()
            };
            if it.enabled && answer.open.is_empty() {
                for behavior in &it.cache_behaviors {
                    answer.add(self.behavior(it, behavior, depth));
                }
            }
            answer
        } else if let Some(it) = door.of::<Accelerator>() {
            self.accelerator(at, it)
        } else if let Some(it) = door.of::<MultiRegionAccessPoint>() {
            self.access_point(at, it)
        } else {
            Answer::default()
        }
    }

    /// One path of a distribution: its origin, or the second of its pair where the first is gone.
    fn behavior(&self, it: &Distribution, behavior: &CacheBehavior, depth: usize) -> Answer {
        let name = it.aliases.first().unwrap_or(&it.domain_name);
        let origins = it.origins_of(behavior);
        let mut answer = Answer::default();
        let gone = |answer: &Answer| answer.alive.is_empty() && !answer.dead.is_empty();
        let mut first = true;
        for (origin, waits) in origins {
            let mut found = self.host(&origin.domain_name, depth);
            for why in found.dead.values_mut().filter(|why| why.is_empty()) {
                *why = format!("{name} has no other origin for {}", behavior.path_pattern);
            }
            if first {
                first = false;
                answer.add(found);
                continue;
            }
            // A pair that is no failover pair serves from both.
            if !waits {
                answer.add(found);
            } else if gone(&answer) && !found.alive.is_empty() {
                answer = fails_over(name, origin, behavior, found);
            } else if gone(&answer) && !found.open.is_empty() {
                // Whether the second stands cannot be told.
                answer = found;
            }
        }
        answer
    }

    /// Each listener sends traffic to the endpoints that stand, in groups dialled to nothing too.
    fn accelerator(&self, at: u32, it: &Accelerator) -> Answer {
        let mut answer = Answer::default();
        let parts = [
            Kind::GlobalAcceleratorListener,
            Kind::GlobalAcceleratorEndpointGroup,
        ];
        answer.open.extend(self.estate.hidden_anywhere(&parts));
        if !it.enabled {
            return answer;
        }
        let name = &self.estate.resource(at).name;
        for listener in self.estate.listeners_of_accelerator(at) {
            let mut own = Answer::default();
            let mut shift = Term::default();
            for group in self.estate.groups_of_listener(*listener) {
                let leaves = self.estate.endpoints(*group);
                let lost = leaves.iter().filter(|leaf| self.leaf_is_lost(leaf));
                let serves = lost.filter(|leaf| !leaf.waits).count() > 0;
                if serves && let Some(group) = self.estate.resource(*group).of::<EndpointGroup>() {
                    shift = shift.max(self.notices(name, group));
                }
                for leaf in leaves {
                    self.arrive(&mut own, leaf);
                }
            }
            let serving = own.alive.iter().any(|leaf| !leaf.waits);
            if serving {
                own.alive.retain(|leaf| !leaf.waits);
            }
            if own.alive.is_empty() && !answer.open.is_empty() {
                // What was not read may stand elsewhere.
                own.dead.clear();
            } else if own.alive.is_empty() {
                let why = format!("accelerator {name} has no endpoint elsewhere");
                own.dead.values_mut().for_each(|it| it.clone_from(&why));
            } else if !own.dead.is_empty() {
                own.dead.clear();
                let shifted = self.constants.get("accelerator-shift");
                own.route = Term::new(
                    shifted,
                    format!("accelerator {name} sends traffic elsewhere"),
                );
                own.detect = shift;
            }
            answer.add(own);
        }
        answer
    }

    /// Until the endpoints of a group count as unhealthy: load balancers are judged by their own
    /// checks.
    fn notices(&self, name: &str, group: &EndpointGroup) -> Term {
        let balancers = group.endpoints.iter().any(|it| it.id.starts_with("arn:"));
        let span = if balancers {
            self.constants.get("accelerator-balancer")
        } else {
            let seconds = |it: i64| u64::try_from(it).unwrap_or_default();
            let interval = seconds(group.health_check_interval_seconds);
            let checks = interval.saturating_mul(seconds(group.threshold_count));
            Span::of(checks, checks.saturating_add(interval))
        };
        Term::new(span, format!("accelerator {name} finds its endpoints gone"))
    }

    /// Requests go to another active bucket by themselves; to one that is passive once somebody
    /// switches.
    fn access_point(&self, at: u32, it: &MultiRegionAccessPoint) -> Answer {
        let door = self.estate.resource(at);
        let mut answer = Answer {
            open: door.unread("routes").cloned().into_iter().collect(),
            ..Answer::default()
        };
        let (mut waiting, mut lost) = (Vec::new(), false);
        for route in &it.routes {
            let leaf = self.estate.routed(route);
            if route.traffic_dial > 0 {
                lost |= self.leaf_is_lost(&leaf);
                self.arrive(&mut answer, leaf);
            } else if !self.leaf_is_lost(&leaf) {
                waiting.push(leaf);
            }
        }
        if !lost {
            return answer;
        }
        let switched = answer.alive.is_empty();
        if switched {
            answer.alive.extend(waiting);
        }
        if answer.alive.is_empty() {
            let why = format!("access point {} has no bucket elsewhere", door.name);
            answer.dead.values_mut().for_each(|it| it.clone_from(&why));
        } else {
            answer.dead.clear();
            if switched {
                answer.detect = Term::new(
                    self.constants.get("operator-step"),
                    format!("somebody switches access point {}", door.name),
                );
            }
            answer.route = Term::new(
                self.constants.get("access-point-switch"),
                format!("access point {} sends requests elsewhere", door.name),
            );
        }
        answer
    }
}

/// What the second origin of a pair answers.
fn fails_over(name: &str, origin: &Origin, behavior: &CacheBehavior, found: Answer) -> Answer {
    let mut answer = found;
    let seconds =
        |it: Option<i64>, usual| it.and_then(|it| u64::try_from(it).ok()).unwrap_or(usual);
    // Of each request, not of the outage: it is part of the answer time.
    let attempts = seconds(origin.connection_attempts, 3);
    let wait = attempts.saturating_mul(seconds(origin.connection_timeout, 10));
    let term = Term::new(
        Span::of(0, wait),
        format!("{name} asks its second origin, request by request"),
    );
    answer.detect = answer.detect.max(term);
    let methods = behavior.allowed_methods.iter().map(String::as_str);
    let lost: Vec<&str> = methods.filter(|it| !FAILING_OVER.contains(it)).collect();
    if !lost.is_empty() {
        answer.degraded.insert(format!(
            "{name} does not fail over {} for {}",
            lost.join(", "),
            behavior.path_pattern
        ));
    }
    answer
}
