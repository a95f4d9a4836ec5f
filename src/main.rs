//! The command line: everything it does is in [`driftless::cli`].

/// Most of what the program does is to make small texts and throw them away again, which this one does in less time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    driftless::cli::main()
}
