use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use wasm_encoder::{
    BlockType, CodeSection, ComponentSectionId, Encode, Function, FunctionSection, InstructionSink,
    MemArg, MemorySection, MemoryType, Module, TypeSection, ValType,
};

/// Locals of each function: two parameters, and what it computes with.
const LOCALS: u32 = 8;

/// How deep blocks are nested.
const DEPTH: u32 = 3;

/// The component with another module in it, so that it has about so many bytes. Nothing calls that
/// module, but it is compiled like all others.
pub fn enlarged(component: &[u8], bytes: usize) -> Vec<u8> {
    let missing = bytes.saturating_sub(component.len());
    let module = module(missing);
    let mut large = component.to_vec();
    large.push(ComponentSectionId::CoreModule.into());
    module.encode(&mut large);
    large
}

/// Functions as compilers make them: arithmetic, memory, branches, loops and calls.
fn module(bytes: usize) -> Vec<u8> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut bodies = Vec::new();
    let mut length = 0;
    while length < bytes {
        let mut body = Function::new([(LOCALS - 2, ValType::I32)]);
        statements(&mut body.instructions(), &mut random, 60, DEPTH);
        body.instructions().local_get(0).end();
        length += body.byte_len();
        bodies.push(body);
    }
    let mut types = TypeSection::new();
    types
        .ty()
        .function([ValType::I32, ValType::I32], [ValType::I32]);
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    for body in &bodies {
        functions.function(0);
        code.function(body);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&memories)
        .section(&code);
    module.finish()
}

fn statements(
    code: &mut InstructionSink<'_>,
    random: &mut Xoshiro256PlusPlus,
    count: u32,
    depth: u32,
) {
    let word = MemArg {
        offset: 0,
        align: 2,
        memory_index: 0,
    };
    for _ in 0..count {
        let [one, other, third] = [0; 3].map(|_: u32| random.random_range(0..LOCALS));
        match random.random_range(0..if depth > 0 { 9 } else { 7 }) {
            0 => code
                .local_get(one)
                .local_get(other)
                .i32_add()
                .local_set(third),
            1 => code
                .local_get(one)
                .local_get(other)
                .i32_mul()
                .local_set(third),
            2 => code
                .local_get(one)
                .i32_const(13)
                .i32_shr_u()
                .local_get(other)
                .i32_xor()
                .local_set(third),
            3 => code
                .local_get(one)
                .i32_const(0xffff)
                .i32_and()
                .i32_load(word)
                .local_set(other),
            4 => code
                .local_get(one)
                .i32_const(0xffff)
                .i32_and()
                .local_get(other)
                .i32_store(word),
            5 => code
                .local_get(one)
                .local_get(other)
                .local_get(third)
                .i32_const(100)
                .i32_lt_s()
                .select()
                .local_set(third),
            6 => code
                .local_get(one)
                .local_get(other)
                .call(0)
                .local_set(third),
            7 => {
                code.local_get(one).i32_eqz().if_(BlockType::Empty);
                statements(code, random, 4, depth - 1);
                code.else_();
                statements(code, random, 4, depth - 1);
                code.end()
            }
            _ => {
                code.loop_(BlockType::Empty);
                statements(code, random, 6, depth - 1);
                code.local_get(one)
                    .i32_const(1)
                    .i32_sub()
                    .local_tee(one)
                    .br_if(0)
                    .end()
            }
        };
    }
}
