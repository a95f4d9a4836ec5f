fn main() {
    println!("{}", serde_json::to_string_pretty(&driftless::changelog::changelog_schema()).unwrap());
}
