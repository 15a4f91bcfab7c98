use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::project::Project;
use steps::{STEPS, Step};

mod steps;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Runs only this step; can be given several times.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Runs the later steps even if one failed.
    #[arg(long)]
    keep_going: bool,
    /// Only names the steps.
    #[arg(long)]
    list: bool,
}

/// How a step went.
struct Outcome {
    step: &'static str,
    time: Duration,
    /// What went wrong, if something did.
    failure: Option<String>,
}

/// Runs the steps in order and ends with a table.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    let steps = chosen(STEPS, &arguments.only)?;
    if arguments.list {
        for step in steps {
            println!("{:<16} {}", step.name, step.summary);
        }
        return Ok(());
    }
    let outcomes = run_steps(project, &steps, arguments.keep_going);
    println!("\n{}", table(&outcomes, steps.len()));
    let failed: Vec<_> = outcomes
        .iter()
        .filter(|outcome| outcome.failure.is_some())
        .map(|outcome| outcome.step)
        .collect();
    if !failed.is_empty() {
        let again = failed.join(" --only ");
        bail!(
            "{} failed; again: `cargo xtask test --only {again}`",
            failed.join(", ")
        );
    }
    Ok(())
}

fn chosen(all: &'static [Step], only: &[String]) -> Result<Vec<&'static Step>> {
    for name in only {
        if !all.iter().any(|step| step.name == name) {
            bail!("`{name}` is no step; `cargo xtask test --list` names them");
        }
    }
    let wanted = |step: &&Step| only.is_empty() || only.iter().any(|name| name == step.name);
    Ok(all.iter().filter(wanted).collect())
}

fn run_steps(project: &Project, steps: &[&'static Step], keep_going: bool) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for step in steps {
        println!("\n== {}: {}", step.name, step.summary);
        let begin = Instant::now();
        let failure = (step.run)(project).err().map(|error| format!("{error:#}"));
        let failed = failure.is_some();
        if let Some(failure) = &failure {
            println!("== {} failed: {failure}", step.name);
        }
        outcomes.push(Outcome {
            step: step.name,
            time: begin.elapsed(),
            failure,
        });
        if failed && !keep_going {
            break;
        }
    }
    outcomes
}

fn table(outcomes: &[Outcome], planned: usize) -> String {
    let mut lines: Vec<String> = outcomes
        .iter()
        .map(|outcome| {
            let result = if outcome.failure.is_some() {
                "FAILED"
            } else {
                "ok"
            };
            format!(
                "{:<16} {:>6}  {result}",
                outcome.step,
                minutes(outcome.time)
            )
        })
        .collect();
    if outcomes.len() < planned {
        lines.push(format!(
            "{:<16} {:>6}  not run",
            "the rest",
            planned - outcomes.len()
        ));
    }
    let total = outcomes.iter().map(|outcome| outcome.time).sum();
    lines.push(format!("{:<16} {:>6}", "in all", minutes(total)));
    lines.join("\n")
}

fn minutes(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const FAKES: &[Step] = &[
        Step {
            name: "first",
            summary: "Fails.",
            run: |_| bail!("as planned"),
        },
        Step {
            name: "second",
            summary: "Does nothing.",
            run: |_| Ok(()),
        },
    ];

    fn outcomes(keep_going: bool) -> Vec<Outcome> {
        let project = Project {
            root: PathBuf::new(),
            target: PathBuf::new(),
        };
        run_steps(&project, &chosen(FAKES, &[]).unwrap(), keep_going)
    }

    #[test]
    fn the_first_failure_ends_the_run_unless_told_to_keep_going() {
        let first = outcomes(false);
        assert_eq!(first.len(), 1);
        assert_eq!(first[0].failure.as_deref(), Some("as planned"));
        assert_eq!(outcomes(true).len(), 2);
    }

    #[test]
    fn the_table_shows_failures_and_what_was_not_run() {
        let table = table(&outcomes(false), 2);
        assert!(table.contains("first              0:00  FAILED"), "{table}");
        assert!(
            table.contains("the rest              1  not run"),
            "{table}"
        );
    }

    #[test]
    fn an_unknown_step_is_refused() {
        let only = ["second-and-a-half".to_owned()];
        let error = chosen(FAKES, &only).err().unwrap().to_string();
        assert!(
            error.contains("`second-and-a-half`") && error.contains("--list"),
            "{error}"
        );
    }

    #[test]
    fn every_step_has_a_name_of_its_own() {
        for step in STEPS {
            let same = STEPS.iter().filter(|other| other.name == step.name);
            assert_eq!(same.count(), 1, "{}", step.name);
        }
    }
}
