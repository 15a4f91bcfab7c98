/// How much one surface may hold. The numbers of the contract stand in `wit/ui.wit`; the rest keeps a page
/// quick and its memory bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Nodes of one table.
    pub nodes: usize,
    /// How deep nodes stand in each other; the first has depth 1.
    pub depth: usize,
    /// Bytes of text in one node: its labels, and its constant as JSON.
    pub node_text_bytes: usize,
    /// Bytes of text in all nodes of a table.
    pub table_text_bytes: usize,
    /// Characters of an id, of the name of a value, or of a column's key.
    pub name_characters: usize,
    /// Nodes that show one value.
    pub nodes_of_value: usize,
    /// Choices of one select.
    pub choices: usize,
    /// Columns of one table.
    pub columns: usize,
    /// Columns of a grid.
    pub grid_columns: u8,
    /// The space between children, in steps of 4 pixels.
    pub gap: u8,
    /// Lines that a log shows.
    pub log_lines: u32,
    /// Characters that a text input takes.
    pub input_characters: u32,
    /// Pixels of an image's side.
    pub image_pixels: u32,
    /// Characters of an icon's name.
    pub icon_characters: usize,
    /// Bytes of the address of an image or a sound.
    pub address_bytes: usize,
    /// Values of a surface.
    pub values: usize,
    /// Bytes of one value, as JSON.
    pub value_bytes: usize,
    /// Bytes of all values and their names, as JSON.
    pub values_bytes: usize,
    /// Items of a list: rows of a table, lines of a log, labels or numbers of a chart.
    pub items: usize,
    /// Series of a chart.
    pub series: usize,
    /// Bytes of a row's or an item's id.
    pub row_id_bytes: usize,
    /// Alerts that wait.
    pub alerts: usize,
    /// Bytes of all alerts that wait, as JSON.
    pub alerts_bytes: usize,
}

impl Limits {
    /// Those of every surface.
    pub const DEFAULT: Self = Self {
        nodes: 2_000,
        depth: 16,
        node_text_bytes: 16 * 1024,
        table_text_bytes: 256 * 1024,
        name_characters: 64,
        nodes_of_value: 32,
        choices: 200,
        columns: 24,
        grid_columns: 12,
        gap: 16,
        log_lines: 1_000,
        input_characters: 4_000,
        image_pixels: 8_192,
        icon_characters: 40,
        address_bytes: 2_048,
        values: 1_000,
        value_bytes: 64 * 1024,
        values_bytes: 512 * 1024,
        items: 1_000,
        series: 12,
        row_id_bytes: 200,
        alerts: 200,
        alerts_bytes: 2 * 1024 * 1024,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
