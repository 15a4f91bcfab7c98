use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use wasmtime::{Config, Strategy};

use super::*;

/// A compiler with a cache of its own; the baseline compiler only where it is asked for.
fn compiler(folder: &Path, max_bytes: u64, baseline: bool) -> Compiler {
    let configuration = CacheConfiguration {
        folder: folder.to_owned(),
        max_bytes,
    };
    let quick = || Engine::new(Config::new().strategy(Strategy::Winch)).unwrap();
    let engines = Engines {
        baseline: baseline.then(quick),
        optimized: Engine::default(),
    };
    Compiler::new(engines, Some(&configuration), TaskTracker::new()).unwrap()
}

fn cache(folder: &Path, max_bytes: u64) -> Compiler {
    compiler(folder, max_bytes, false)
}

/// Compiles, and waits until the file is written.
async fn compile(compiler: &Compiler, bytes: Arc<[u8]>) -> Result<Code, RuntimeError> {
    let code = compiler.compile(bytes).await;
    compiler.tasks.close();
    compiler.tasks.wait().await;
    code
}

fn component(number: u32) -> Arc<[u8]> {
    wat::parse_str(format!(
        "(component (core module (func (export \"f\") (result i32) i32.const {number})))"
    ))
    .unwrap()
    .into()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    paths.sort();
    paths
}

#[tokio::test]
async fn the_second_load_takes_the_file_and_compiles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    compile(&cache(folder.path(), u64::MAX), component(1))
        .await
        .unwrap();
    let [file] = files(folder.path()).try_into().unwrap();
    let before = fs::metadata(&file).unwrap();
    // If it compiled, it would write, and rename over the file: another inode.
    let again = cache(folder.path(), u64::MAX);
    compile(&again, component(1)).await.unwrap();
    assert_eq!(files(folder.path()), std::slice::from_ref(&file));
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        assert_eq!(fs::metadata(&file).unwrap().ino(), before.ino());
    }
    assert_eq!(fs::metadata(&file).unwrap().len(), before.len());
}

#[tokio::test]
async fn a_file_that_was_cut_off_changed_or_filled_with_garbage_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    compile(&cache(folder.path(), u64::MAX), component(1))
        .await
        .unwrap();
    let [file] = files(folder.path()).try_into().unwrap();
    let good = fs::read(&file).unwrap();
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for bad in [&good[..good.len() / 2], b"garbage", b"", &flipped] {
        fs::write(&file, bad).unwrap();
        compile(&cache(folder.path(), u64::MAX), component(1))
            .await
            .unwrap();
        let [replaced] = files(folder.path()).try_into().unwrap();
        let digest = hexadecimal(&Sha256::digest(fs::read(&replaced).unwrap()));
        assert!(replaced.to_str().unwrap().contains(&digest));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_others_can_write_to_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    compile(&cache(folder.path(), u64::MAX), component(1))
        .await
        .unwrap();
    let [file] = files(folder.path()).try_into().unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    compile(&cache(folder.path(), u64::MAX), component(1))
        .await
        .unwrap();
    let [file] = files(folder.path()).try_into().unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o022, 0);

    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let configuration = CacheConfiguration::in_folder(folder.path());
    let message = CompiledCode::open(&configuration)
        .err()
        .unwrap()
        .to_string();
    assert!(message.contains("choose another folder"), "{message}");
}

#[tokio::test]
async fn what_was_not_used_for_longest_is_removed_first() {
    let folder = tempfile::tempdir().unwrap();
    let compiler = cache(folder.path(), u64::MAX);
    compile(&compiler, component(1)).await.unwrap();
    let [first] = files(folder.path()).try_into().unwrap();
    let old = SystemTime::now() - Duration::from_secs(60);
    File::open(&first).unwrap().set_modified(old).unwrap();
    let size = fs::metadata(&first).unwrap().len();

    let compiler = cache(folder.path(), size * 2 + size / 2);
    compile(&compiler, component(2)).await.unwrap();
    assert!(first.exists());
    compile(&compiler, component(3)).await.unwrap();
    assert!(!first.exists());
    assert_eq!(files(folder.path()).len(), 2);
}

#[tokio::test]
async fn loads_at_the_same_time_compile_once_and_share_the_code() {
    let folder = tempfile::tempdir().unwrap();
    let compiler = cache(folder.path(), u64::MAX);
    let (one, other) = tokio::join!(
        compiler.compile(component(1)),
        compiler.compile(component(1)),
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(
        one.plan().component().image_range(),
        other.plan().component().image_range()
    );
}

#[tokio::test]
async fn a_component_that_does_not_compile_is_refused_and_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let compiler = cache(folder.path(), u64::MAX);
    let bytes = wat::parse_str("(component (core module (func (result i32))))").unwrap();
    let refused = compile(&compiler, bytes.into()).await;
    assert!(matches!(refused, Err(RuntimeError::Compile(_))));
    assert!(files(folder.path()).is_empty());
}

/// Waits until the background is done with it.
#[cfg(target_arch = "x86_64")]
async fn optimized(code: &Code) {
    let done = async {
        while code.plan().tier() != Tier::Optimized {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(60), done).await;
    done.expect("the background has compiled it");
}

#[cfg(target_arch = "x86_64")]
#[tokio::test]
async fn the_first_load_is_of_the_baseline_compiler_and_better_code_follows_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let compiler = compiler(folder.path(), u64::MAX, true);
    let code = compiler.compile(component(1)).await.unwrap();
    let first = code.plan();
    assert_eq!(first.tier(), Tier::Baseline);
    optimized(&code).await;
    assert_eq!(first.tier(), Tier::Baseline, "what runs is not exchanged");
    assert!(code.program.bytes().is_none(), "needed no more");
    let [file] = files(folder.path()).try_into().unwrap();
    let next = self::compiler(folder.path(), u64::MAX, true);
    let next = compile(&next, component(1)).await.unwrap();
    assert_eq!(next.plan().tier(), Tier::Optimized);
    assert_eq!(files(folder.path()), [file]);
}

#[cfg(target_arch = "x86_64")]
#[tokio::test]
async fn a_run_that_ends_before_the_better_code_is_there_leaves_the_lesser_code_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let compiler = compiler(folder.path(), u64::MAX, true);
    compiler.stop();
    let code = compile(&compiler, component(1)).await.unwrap();
    let [lesser] = files(folder.path()).try_into().unwrap();
    drop((code, compiler));

    let next = self::compiler(folder.path(), u64::MAX, true);
    let code = next.compile(component(1)).await.unwrap();
    assert_eq!(code.plan().tier(), Tier::Baseline);
    optimized(&code).await;
    let [better] = files(folder.path()).try_into().unwrap();
    assert_ne!(lesser, better);
}

#[cfg(target_arch = "x86_64")]
#[tokio::test]
async fn what_the_baseline_compiler_does_not_know_is_left_to_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let compiler = compiler(folder.path(), u64::MAX, true);
    let tail_call = "(component (core module (func $f (export \"f\") return_call $f)))";
    let bytes = wat::parse_str(tail_call).unwrap().into();
    let code = compile(&compiler, bytes).await.unwrap();
    assert_eq!(code.plan().tier(), Tier::Optimized);
    assert_eq!(files(folder.path()).len(), 1);
}

#[cfg(target_arch = "x86_64")]
#[tokio::test]
async fn a_component_that_is_unloaded_before_its_turn_is_not_compiled_again() {
    let folder = tempfile::tempdir().unwrap();
    let compiler = compiler(folder.path(), u64::MAX, true);
    let code = compile(&compiler, component(1)).await.unwrap();
    let weak = Arc::downgrade(&code.program);
    drop(code);
    // The background may hold it for the moment in which it compiles it.
    let gone = async {
        while weak.strong_count() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let gone = tokio::time::timeout(Duration::from_secs(60), gone).await;
    gone.expect("nothing keeps it");
}
